export { findMentionOf } from '../../contract/mentions.ts'
export { announceMessage, announceReaction } from './news.ts'
export { reading } from './reading.ts'
export { everyMidnight, watchPage } from './watch-page.ts'
