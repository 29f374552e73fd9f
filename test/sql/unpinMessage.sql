select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name"
from (
  select *, case
  when user_id is null then 'invalid token'
  when room_id is null then 'no chatroom'
  when banned_until > now then 'banned
  from site'
  when not (role = 'admin' or role = 'siteModerator' or role = 'owner') and sanction = 'ban' then 'banned'
  when not (role not in ('member', 'guest')) then 'not allowed' end as refusal
  from (
    select now, rooms.id as room_id, rooms.name as room_name, owner_id, readers, posters, users.id as user_id, users.name as user_name, ordinal, iif(owner_id = users.id and users.site_role is not 'admin', 'owner', coalesce(users.site_role, members.role, 'guest')) as role, (users.site_role is null)*users.banned_until as banned_until, (
      select min(kind)
      from (
        select *
        from sanctions
        where room_id = rooms.id and user_id = users.id
        union all
        select *
        from sanctions indexed by sanctions_name
        where room_id = rooms.id and name_key = users.name_key
        union all
        select *
        from sanctions indexed by sanctions_subject
        where room_id = rooms.id and subject = users.subject)
      where ifnull(until > now, true)) as sanction
    from (
      select ? as now)
    left join rooms on rooms.name_key = ?
    left join users on users.token_hash = ?
    left join members on members.user_id = users.id and members.room_id = rooms.id)) as auth;

insert into "audit" ("room_id", "number", "action", "actor_id", "subject_id", "detail", "created_at")
select auth.room_id, 1 + coalesce((
    select max(number)
    from audit as a
    where a.room_id = auth.room_id), 0), ?, auth.user_id, (
  select author_id
  from messages
  where messages.room_id = rooms.id and messages.seq = ?), ?, auth.now
from ( … as above ) as auth
join rooms on rooms.id = auth.room_id
where refusal is null and ? in (
  select value
  from json_each(rooms.pinned));

update "rooms"
set "pinned" = (
  select json_group_array(value)
  from json_each(rooms.pinned)
  where value <> ?)
where id = (
  select room_id
  from ( … as above ) as auth
  where refusal is null and true) and ? in (
  select value
  from json_each(rooms.pinned));

select "deleted_at"
from "messages"
where room_id = (
  select room_id
  from ( … as above ) as auth
  where refusal is null and true) and seq = ?;

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
where rooms.id = (
  select room_id
  from ( … as above ) as auth
  where refusal is null and true);
