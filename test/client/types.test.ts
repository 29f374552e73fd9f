import type { InferResponseType } from 'hono/client'
import { hc } from 'hono/client'
import { describe, expectTypeOf, it } from 'vitest'
import type { App } from '../../src/app'
import type { Parlour, Room, Sending } from '../../src/client/types'

const { api, chatroom } = hc<App>('http://nowhere.invalid')
const room = chatroom[':name']
const one = room.message[':seq']

type Answer<Route, Status extends 200 | 201> = InferResponseType<Route, Status>
type Gives<Key extends keyof Room> = Room[Key] extends (...given: never[]) => Promise<infer Given>
  ? Given
  : never

describe('what the client gives', () => {
  it('is what the routes answer', () => {
    expectTypeOf<Required<Sending>['message']>().toEqualTypeOf<Answer<typeof room.message.$post, 201>>()
    expectTypeOf<Gives<'edit'>>().toEqualTypeOf<Answer<typeof one.$patch, 200>>()
    expectTypeOf<Gives<'remove'>>().toEqualTypeOf<Answer<typeof one.$delete, 200>>()
    expectTypeOf<Gives<'page'>['messages']>().toEqualTypeOf<
      Answer<typeof room.message.$get, 200>['messages']
    >()
    expectTypeOf<Gives<'show'>>().toEqualTypeOf<Answer<typeof room.$get, 200>>()
    expectTypeOf<Gives<'join'>>().toEqualTypeOf<Answer<typeof room.$put, 200>>()
    type Users = typeof api.users
    expectTypeOf<Awaited<ReturnType<Parlour['signIn']>>>().toEqualTypeOf<
      Answer<Users['$post'], 201> | Answer<Users['me']['$get'], 200>
    >()
  })
})
