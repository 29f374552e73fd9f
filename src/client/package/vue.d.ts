import type { DefineComponent } from 'vue'
import type { ParlourRoomAttributes, ParlourRoomElement } from './room-element.ts'

export * from './element.ts'

declare module 'vue' {
  interface GlobalComponents {
    'parlour-room': DefineComponent<
      ParlourRoomAttributes & Partial<Pick<ParlourRoomElement, 'client' | 'strings'>>
    >
  }
}
