/**
 * The properties of the client and the element that get short names in the files for browsers. They are those that make the files
 * smaller. No page, server or browser knows any of them: test/scripts/short-names.browser.test.ts.
 */
const properties = [
  'conversation',
  'requestUpdate',
  'localizer',
  'activeClient',
  'isRightToLeft',
  'isFollowing',
  'unsent',
  'isOwnName',
  'dependencies',
  'isLoaded',
  'focusOn',
  'insert',
  'updateReading',
  'sendFrame',
  'isDeleted',
  'prepare',
  'pingMilliseconds',
  'sendAsUser',
  'hasMore',
  'pluralForm',
  'askName',
  'editLast',
  'giveUp',
  'sendMessage',
  'retryNow',
  'urlOf',
  'isLoadingOlder',
  'openSearch',
  'startProblem',
  'retryStart',
  'wasLive',
  'firstWaitMilliseconds',
  'longestWaitMilliseconds',
  'bookmark',
  'isNamed',
  'received',
  'receive',
  'hurry',
  'loadLater',
  'isWanted',
  'isModerator',
  'isFirst',
]

/** The short name of each. All files have the same ones, because they share objects. Nothing else is named by a single letter. */
export const shortNames: Record<string, string> = Object.fromEntries(
  properties.map((name, index) => [name, 'tsrnaohludcmpfgwvjzETSIRNAOHLUDCMPFGWVBKJZ'[index] ?? name]),
)
