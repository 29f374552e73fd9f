import type { UserRow } from '../auth/store'
import type { SiteRole, User, UserRole } from '../contract'
import { time } from '../lib/time'

const roleOf = (siteRole: SiteRole | null): UserRole => {
  switch (siteRole) {
    case null:
      return 'user'
    case 'siteModerator':
      return 'moderator'
    case 'admin':
      return 'admin'
  }
}

export const userView = (user: UserRow): User => ({
  id: user.id,
  name: user.name,
  avatar: user.avatar,
  protected: user.protected,
  role: roleOf(user.siteRole),
  createdAt: time(user.createdAt),
})
