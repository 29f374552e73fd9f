import { expect, it } from 'vitest'
import { fails } from '../support/api'
import { roomFixture } from '../support/fixtures'

it.each([
  ['user', 'give name, protected, avatar or role'],
  [
    'room',
    'give title, topic, readers, posters, slowModeSeconds, archived, newcomerLinkSeconds, newcomerMentionSeconds, newcomerReactionSeconds, reactions, approval, retentionDays, blockedWords or owner',
  ],
  [
    'site',
    'give slowModeSeconds, newcomerLinkSeconds, newcomerMentionSeconds, newcomerReactionSeconds, blockedWords, reactions or approval',
  ],
  ['member', 'give one of role, ban and mute'],
])('a PATCH of a %s with unknown fields alone lists the fields that there are', async (what, detail) => {
  const { room, owner, member } = await roomFixture()
  const path =
    { user: `/api/users/${owner.id}`, room, site: '/api/admin', member: `${room}/member/${member.name}` }[
      what
    ] ?? ''
  for (const body of [{ color: 'red' }, {}]) {
    const problem = await fails(400, 'PATCH', path, { token: owner.token, body })
    expect(problem.detail).toContain(detail)
  }
})
