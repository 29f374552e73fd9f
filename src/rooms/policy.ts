import { type Approval, approvals, type RoomPolicy, roomPolicies } from '../contract'

/** Returns who may make rooms here, and who owns them. Throws for another setting, so that a typing error opens nothing. */
export const roomPolicy = ({ ROOMS = 'anyone' }: { ROOMS?: string }): RoomPolicy => {
  const policy = roomPolicies.find((policy) => policy === ROOMS)
  if (policy === undefined) throw new Error(`ROOMS must be ${roomPolicies.join(', ')}, not ${ROOMS}`)
  return policy
}

/** Returns after how many days the site removes messages; 0 if it keeps them. Throws for another value of the var, so that a typing error removes nothing. */
export const siteRetention = ({ RETENTION_DAYS = 0 }: { RETENTION_DAYS?: number | string }): number => {
  const days = Number(RETENTION_DAYS)
  if (Number.isSafeInteger(days) && days >= 0) return days
  throw new Error(`RETENTION_DAYS must be a whole number, not ${RETENTION_DAYS}`)
}

/** Returns whose messages wait for approval where nobody has set it. Throws for another value of the var. */
export const defaultApproval = ({ APPROVAL = 'none' }: { APPROVAL?: string }): Approval => {
  const approval = approvals.find((approval) => approval === APPROVAL)
  if (approval === undefined) throw new Error(`APPROVAL must be ${approvals.join(', ')}, not ${APPROVAL}`)
  return approval
}
