import { ParlourRoom } from './class.ts'

export { ParlourError, parlour } from '../client.ts'
export type * from '../types.ts'
export type * from './room-element.ts'
export { ParlourRoom }

// A page may load this beside the server's own script. A server that renders pages has no elements.
if (globalThis.customElements && !customElements.get('parlour-room'))
  customElements.define('parlour-room', ParlourRoom)
