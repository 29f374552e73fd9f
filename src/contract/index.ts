/**
 * Everything on the wire, as zod schemas: the door parses with them, the OpenAPI document is made from them,
 * and clients take their types from them. Imports nothing but zod, so that a browser can have it too.
 */

export { chatroomName, type RoomSettings, settingNames, userName } from './fields.ts'
export * from './frames.ts'
export * from './limits.ts'
export * from './lists.ts'
export * from './live.ts'
export * from './requests.ts'
export * from './responses.ts'
