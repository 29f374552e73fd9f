import quoteCss from './styles/quote.css'
import readingCss from './styles/reading.css'

export { findMentionOf } from '../../contract/mentions.ts'
export { filesOf, filesOfSending, loadFiles } from './files/load-files.ts'
export { happened } from './news.ts'
export { notifies } from './notifications.ts'
export { failed, follow } from './page-events.ts'
export { people, typing } from './people.ts'
export { quote } from './quote.ts'
export { reading } from './reading.ts'
export { watch } from './watch.ts'

/** The styles of all that is in this part. */
export const css = readingCss + quoteCss
