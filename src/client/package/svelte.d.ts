import type { HTMLAttributes } from 'svelte/elements'
import type { ParlourRoomAttributes, ParlourRoomElement } from './room-element.ts'

export * from './element.ts'

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'parlour-room': ParlourRoomAttributes &
      Omit<HTMLAttributes<ParlourRoomElement>, keyof ParlourRoomAttributes> &
      Partial<Pick<ParlourRoomElement, 'client' | 'strings'>>
  }
}
