"""Runs a Python module as a program that ends with whoever started it.

    python leash.py <its folder> <module> [arguments]

The starter holds the other end of standard input. When that closes, however the starter ended (SIGKILL included), the folder is removed and
the whole process group ends: the module, and the processes it started.
"""

import os
import runpy
import shutil
import signal
import sys
import threading


def end_with_starter(stdin, folder):
    while stdin.read(4096):
        pass
    shutil.rmtree(folder, ignore_errors=True)
    os.killpg(os.getpgrp(), signal.SIGKILL)


folder = sys.argv[1]
threading.Thread(target=end_with_starter, args=(sys.stdin.buffer, folder), daemon=True).start()
sys.argv = sys.argv[2:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
