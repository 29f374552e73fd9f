import { MAX_BAN_NETWORK_HOURS } from '../contract/limits'

/** Returns the value of a var that is a number. Throws for another one, so that a typing error lifts no limit. */
export const numberOf = (name: string, value: number | string = 0): number => {
  if (Number.isNaN(Number(value))) throw new Error(`${name} must be a number, not ${value}`)
  return Number(value)
}

const HOUR_MILLISECONDS = 3_600_000

/** Returns for how many milliseconds a ban holds for the network too; undefined if it does not. Throws for a wrong value of the var. */
export const banNetworkMilliseconds = ({
  BAN_NETWORK_HOURS = 0,
}: {
  BAN_NETWORK_HOURS?: number | string
}): number | undefined => {
  const hours = numberOf('BAN_NETWORK_HOURS', BAN_NETWORK_HOURS)
  if (Number.isInteger(hours) && hours >= 0 && hours <= MAX_BAN_NETWORK_HOURS)
    return hours * HOUR_MILLISECONDS || undefined
  throw new Error(
    `BAN_NETWORK_HOURS must be a whole number of hours up to ${MAX_BAN_NETWORK_HOURS}, not ${BAN_NETWORK_HOURS}`,
  )
}
