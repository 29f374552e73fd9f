import { type RoomPolicy, roomPolicies } from '../contract'

/** Returns who may make rooms here, and who owns them. Throws for another setting, so that a typing error opens nothing. */
export const roomPolicy = ({ ROOMS = 'anyone' }: { ROOMS?: string }): RoomPolicy => {
  const policy = roomPolicies.find((policy) => policy === ROOMS)
  if (policy === undefined) throw new Error(`ROOMS must be ${roomPolicies.join(', ')}, not ${ROOMS}`)
  return policy
}
