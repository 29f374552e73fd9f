import type { DefineComponent } from 'vue'
import type { ParlourCountAttributes } from './count.ts'
import type { ParlourRoomAttributes, ParlourRoomElement } from './room-element.ts'

export * from './element.ts'

declare module 'vue' {
  interface GlobalComponents {
    'parlour-count': DefineComponent<ParlourCountAttributes>
    'parlour-room': DefineComponent<
      ParlourRoomAttributes & Partial<Pick<ParlourRoomElement, 'client' | 'strings'>>
    >
  }
}
