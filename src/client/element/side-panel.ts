import type { PanelView } from './panel.ts'
import { HeldList } from './side-held.ts'
import { Mentions } from './side-mentions.ts'
import { Profile } from './side-profile.ts'
import { Search } from './side-search.ts'
import css from './styles/side.css'
import type { SideOptions, ViewContext } from './view-context.ts'

export const open = (
  context: ViewContext,
  { userName, isMentions, isHeld }: SideOptions,
  close: () => void,
): PanelView => {
  context.adopt(css)
  if (isHeld) return new HeldList(context, close)
  if (isMentions) return new Mentions(context, close)
  return userName === undefined ? new Search(context, close) : new Profile(context, userName, close)
}
