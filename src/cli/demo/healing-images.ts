import { minute } from '../../model/time.ts'
import { type HealingSetting, labelsImage, messagesOf } from './healing-setting.ts'
import { describeTask, tasksOf } from './scene.ts'
import type { Chapter } from './stage.ts'

/** Before a task is run again its image is known to exist. */
export const deletedImage: Chapter<HealingSetting> = {
  title: 'An image that was deleted while its task ran',
  async play({ setting, run, until, world, check }) {
    const { world: ecs } = setting
    const labels = setting.start('labels')
    await run(2 * minute)
    await world('somebody tidies up in ECR; some minutes later labels crashes')
    ecs.deleteImage(labelsImage)
    await run(3 * minute)
    ecs.killTask(labels, 'crash')
    await until(async () => (await describeTask(setting, labels)).lastStatus === 'STOPPED', 5 * minute)
    await run(5 * minute)
    await check(
      (await tasksOf(setting, 'labels')).length === 0,
      'it is not tried: its image is known to be gone',
    )
    await check(
      messagesOf(setting, 'labels', 'no longer in ECR').length === 1,
      'that is told once, with the image',
    )
  },
}
