import type { PanelView } from './panel.ts'
import { Mentions } from './side-mentions.ts'
import { Profile } from './side-profile.ts'
import { Search } from './side-search.ts'
import css from './styles/side.css'
import type { SideOptions, ViewContext } from './view-context.ts'

export const open = (
  context: ViewContext,
  { userName, isMentions }: SideOptions,
  close: () => void,
): PanelView => {
  context.adopt(css)
  if (isMentions) return new Mentions(context, close)
  return userName === undefined ? new Search(context, close) : new Profile(context, userName, close)
}
