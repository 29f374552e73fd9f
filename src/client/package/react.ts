'use client'

import {
  createElement,
  type HTMLAttributes,
  type ReactElement,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
} from 'react'
import type { ParlourCountAttributes } from './count.ts'
import type { ParlourRoomAttributes, ParlourRoomElement, ParlourRoomEvents } from './room-element.ts'

export type * from '../types.ts'
export type { ParlourCountAttributes } from './count.ts'
export type * from './room-element.ts'

type Listeners = {
  [Name in keyof ParlourRoomEvents as `on${Name}`]?: ((event: ParlourRoomEvents[Name]) => void) | undefined
}

/** The props of a tag `<parlour-room>` in JSX. An event has the name that React gives it: `onparlour-message`. */
export type ParlourRoomTagProps = ParlourRoomAttributes &
  Listeners &
  Omit<HTMLAttributes<ParlourRoomElement>, keyof ParlourRoomAttributes> & {
    ref?: Ref<ParlourRoomElement> | undefined
    key?: string | number | bigint | null | undefined
  }

/** The props of a tag `<parlour-count>` in JSX. Import `parlour/count`, which registers it. */
export type ParlourCountTagProps = ParlourCountAttributes &
  Omit<HTMLAttributes<HTMLElement>, keyof ParlourCountAttributes> & {
    ref?: Ref<HTMLElement> | undefined
    key?: string | number | bigint | null | undefined
  }

/** The props of the component: the attributes and the properties of the element. */
export type ParlourRoomProps = Omit<ParlourRoomTagProps, 'key'> &
  Partial<Pick<ParlourRoomElement, 'client' | 'strings'>>

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'parlour-room': ParlourRoomTagProps
      'parlour-count': ParlourCountTagProps
    }
  }
}

/** A chatroom: `<ParlourRoom server="https://chat.example" name="lobby" />`. A server renders the tag, and the browser fills it. */
export const ParlourRoom = ({
  client,
  strings,
  ref,
  ...attributes
}: ParlourRoomProps): ReactElement<ParlourRoomTagProps> => {
  const element = useRef<ParlourRoomElement>(null)
  useImperativeHandle<ParlourRoomElement | null, ParlourRoomElement | null>(ref, () => element.current)
  // React sets a property only where the element has it already, and here the element's code may still be loading.
  useLayoutEffect(() => {
    if (element.current && element.current.client !== client) element.current.client = client
  }, [client])
  useLayoutEffect(() => {
    if (element.current) element.current.strings = strings
  }, [strings])
  useEffect(() => {
    void import('./element.ts')
  }, [])
  return createElement('parlour-room', { ...attributes, ref: element })
}
