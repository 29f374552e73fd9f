select case
when exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'admins only' else 'invalid token' end as "admin_refusal"
from (
  select 1);

select "id", "slow_mode_seconds", "newcomer_link_seconds", "blocked_words", "reactions", "approval", "newcomer_mention_seconds", "newcomer_reaction_seconds"
from "site_settings"
where id = 1;
