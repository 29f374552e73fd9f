import { type Approval, approvals, type RoomPolicy, roomPolicies } from '../contract'

/** Returns who may make rooms here, and who owns them. Throws for another setting, so that a typing error opens nothing. */
export const roomPolicy = ({ ROOMS = 'anyone' }: { ROOMS?: string }): RoomPolicy => {
  const policy = roomPolicies.find((policy) => policy === ROOMS)
  if (policy === undefined) throw new Error(`ROOMS must be ${roomPolicies.join(', ')}, not ${ROOMS}`)
  return policy
}

/** Returns whose messages wait for approval where nobody has set it. Throws for another value of the var. */
export const defaultApproval = ({ APPROVAL = 'none' }: { APPROVAL?: string }): Approval => {
  const approval = approvals.find((approval) => approval === APPROVAL)
  if (approval === undefined) throw new Error(`APPROVAL must be ${approvals.join(', ')}, not ${APPROVAL}`)
  return approval
}
