select coalesce(null, iif(exists (
      select 1
      from users
      where users.token_hash = ? and (users.site_role is null) * users.banned_until > ?), 'banned
    from site', null)) as "creation_refusal"
from (
  select 1);

select "id"
from "users"
where users.token_hash = ?;

insert into "rooms" ("id", "name", "name_key", "title", "member_offset", "created_at", "owner_id", "topic", "readers", "posters", "slow_mode_seconds", "archived", "newcomer_link_seconds", "blocked_words", "reactions", "pinned", "approval", "newcomer_mention_seconds", "newcomer_reaction_seconds", "first_seq", "retention_days", "empty_numbers")
select null, ?, ?, ?, ?, ?, users.id, null, ?, ?, ?, ?, ?, ?, null, ?, null, ?, ?, ?, null, ?
from (
  select 1)
left join users on users.token_hash = ?
where users.id is not null and coalesce(null, iif(exists (
      select 1
      from users
      where users.token_hash = ? and (users.site_role is null)*users.banned_until > ?), 'banned
    from site', null)) is null and not exists (
  select 1
  from rooms
  where name_key = ?)
returning "id";

select "id", rooms.name as "room_name", "title", "topic", "readers", "posters", "slow_mode_seconds", "archived", "newcomer_link_seconds", "newcomer_mention_seconds", "newcomer_reaction_seconds", "reactions", "approval", "retention_days", "blocked_words", "first_seq", (
  select json_array(slow_mode_seconds, newcomer_link_seconds, newcomer_mention_seconds, newcomer_reaction_seconds, json(reactions), approval) || ''
  from site_settings
  where id = 1) as "of_site", (
  select users.name
  from users
  where users.id = rooms.owner_id) as "owner", coalesce((
    select max(ordinal)
    from members
    where room_id = rooms.id), 0) + rooms.member_offset as "member_count", rooms.pinned as "pinned_seqs", "created_at"
from "rooms"
where name_key = ?;
