select case
when exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'site staff only' else 'invalid token' end as "site_refusal"
from (
  select 1);

select exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'admin')) as "is_admin", (
  select json_array(count(*), sum(waiting.at))
  from (
    select room_id, created_at as at
    from reports
    where resolved_at is null
    order by created_at desc
    limit ?) as waiting cross
  join rooms on rooms.id = waiting.room_id) as "open_reports", (
  select json_array(count(*), sum(waiting.at))
  from (
    select room_id, author_id, created_at as at
    from held indexed by held_newest
    where refused_at is null and created_at > ? - 2592000000
    order by created_at desc
    limit ?) as waiting cross
  join rooms on rooms.id = waiting.room_id cross
  join users on users.id = waiting.author_id) as "held_messages"
from (
  select 1);

select "id", "slow_mode_seconds", "newcomer_link_seconds", "blocked_words", "reactions", "approval", "newcomer_mention_seconds", "newcomer_reaction_seconds"
from "site_settings"
where id = 1;
