insert into "audit" ("room_id", "number", "action", "actor_id", "subject_id", "detail", "created_at")
select auth.room_id, 1 + coalesce((
    select max(number)
    from audit as a
    where a.room_id = auth.room_id), 0), ?, auth.user_id, author_id, ?, auth.now
from (
  select *, case
  when user_id is null then 'invalid token'
  when room_id is null then 'no chatroom'
  when banned_until > now then 'banned
  from site'
  when not (role = 'admin' or role = 'siteModerator' or role = 'owner') and sanction is not null then iif(sanction = 'ban', 'banned', 'muted')
  when archived then 'archived'
  when not (role not in ('guest') or readers || posters in ('anyoneanyone')) then 'members only' end as refusal
  from (
    select now, rooms.id as room_id, rooms.name as room_name, owner_id, readers, posters, archived, users.id as user_id, users.name as user_name, ordinal, avatar, joined_at, last_sent_at, max(0, iif(rooms.slow_mode_seconds, rooms.slow_mode_seconds, ifnull(s.slow_mode_seconds, 0))) as slow_mode_seconds, max(0, iif(rooms.newcomer_link_seconds, rooms.newcomer_link_seconds, ifnull(s.newcomer_link_seconds, 0))) as newcomer_link_seconds, max(0, iif(rooms.newcomer_mention_seconds, rooms.newcomer_mention_seconds, ifnull(s.newcomer_mention_seconds, 0))) as newcomer_mention_seconds, iif(rooms.blocked_words = '[]', ifnull(s.blocked_words, '[]'), rooms.blocked_words) as blocked_words, ifnull(rooms.approval, s.approval) as approval, json_array(rooms.slow_mode_seconds, rooms.newcomer_link_seconds, rooms.newcomer_mention_seconds, rooms.blocked_words, rooms.approval) as own_rules, users.protected and users.approved_at as is_approved, iif(owner_id = users.id and users.site_role is not 'admin', 'owner', coalesce(users.site_role, members.role, 'guest')) as role, (users.site_role is null)*users.banned_until as banned_until, (
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
    left join site_settings as s on s.id = 1
    left join users on users.token_hash = ?
    left join members on members.user_id = users.id and members.room_id = rooms.id)) as auth
join messages on messages.room_id = auth.room_id and messages.seq = ?
where refusal is null and author_id = auth.user_id and case
when auth.role not in ('member', 'guest') then null
when exists (
  select 1
  from json_each(blocked_words)
  where instr(?, value ->> 'key')) then 'blocked word' end is null and deleted_at is null and text <> ? and author_id is not auth.user_id;

delete
from "held"
where held.target = ? and refused_at is null and (room_id, author_id) = (
  select messages.room_id, messages.author_id
  from ( … as above ) as auth
  join messages on messages.room_id = auth.room_id and messages.seq = ?
  where refusal is null and author_id = auth.user_id and case
  when auth.role not in ('member', 'guest') then null
  when exists (
    select 1
    from json_each(blocked_words)
    where instr(?, value ->> 'key')) then 'blocked word' end is null and deleted_at is null)
returning "id";

insert into "held" ("created_at", "id", "room_id", "author_id", "text", "reply_to", "mentioned", "target", "idempotency_key", "content_hash", "refused_at", "files")
select max(auth.now, 1 + ifnull((
      select max(created_at)
      from held), 0)), ?, auth.room_id, auth.user_id, ?, null, null, ?, null, null, null, null
from ( … as above ) as auth
join messages on messages.room_id = auth.room_id and messages.seq = ?
where (refusal is null and author_id = auth.user_id and case
  when auth.role not in ('member', 'guest') then null
  when exists (
    select 1
    from json_each(blocked_words)
    where instr(?, value ->> 'key')) then 'blocked word' end is null and deleted_at is null and text <> ? and (auth.role in ('member', 'guest') and case ifnull(approval, ?)
    when 'none' then false
    when 'newcomers' then ifnull(not is_approved, true) else true end)) and ((
    select count(*)
    from (
      select 1
      from held
      where held.room_id = auth.room_id and held.author_id = auth.user_id
      limit 20)) < 20 and (
    select count(*)
    from (
      select 1
      from held
      where held.room_id = auth.room_id and refused_at is null
      limit 500)) < 500)
on conflict do nothing
returning "created_at", "files";

insert into "changes" ("room_id", "seq", "type", "target", "actor_id", "created_at", "reaction", "is_added", "empty_numbers")
select auth.room_id, 1 + max(ifnull((
      select max(seq)
      from messages
      where room_id = auth.room_id), 0), ifnull((
      select max(seq)
      from changes
      where room_id = auth.room_id), 0)), ?, messages.seq, coalesce(user_id, 0), auth.now, null, null, max(ifnull((
      select totals.empty_numbers
      from rooms as totals
      where totals.id = auth.room_id), 0), ifnull((
      select ifnull(empty_numbers, max(ifnull((
              select max(seq)
              from messages
              where room_id = auth.room_id), 0), ifnull((
              select max(seq)
              from changes
              where room_id = auth.room_id), 0)) - (
          select count(*)
          from messages
          where room_id = auth.room_id and text is not null))
      from changes
      where room_id = auth.room_id
      order by seq desc
      limit 1), 0)) + 1
from ( … as above ) as auth
join messages on messages.room_id = auth.room_id and messages.seq = ?
where (refusal is null and author_id = auth.user_id and case
  when auth.role not in ('member', 'guest') then null
  when exists (
    select 1
    from json_each(blocked_words)
    where instr(?, value ->> 'key')) then 'blocked word' end is null and deleted_at is null and text <> ? and not (auth.role in ('member', 'guest') and case ifnull(approval, ?)
    when 'none' then false
    when 'newcomers' then ifnull(not is_approved, true) else true end))
returning "seq", "created_at";

update "messages"
set "text" = ?, "edited_at" = ?
from ( … as above ) as auth
where messages.room_id = auth.room_id and messages.seq = ? and (refusal is null and author_id = auth.user_id and case
  when auth.role not in ('member', 'guest') then null
  when exists (
    select 1
    from json_each(blocked_words)
    where instr(?, value ->> 'key')) then 'blocked word' end is null and deleted_at is null and text <> ? and not (auth.role in ('member', 'guest') and case ifnull(approval, ?)
    when 'none' then false
    when 'newcomers' then ifnull(not is_approved, true) else true end));

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", role as "role", posters as "room_posters"
from ( … as above ) as auth;

select "messages"."seq", "messages"."text", "messages"."created_at", "messages"."edited_at", deleted_at, "messages"."reply_to", "messages"."mentions", "messages"."reactions", "users"."id", "users"."name", bot, files, "users"."avatar", (
  select json_group_array(key)
  from json_each(messages.reactions) cross
  join reactions r on r.room_id = messages.room_id and target = messages.seq and reaction = key and user_id = auth.user_id) as "own_reactions", author_id = auth.user_id as "is_author", author_id = auth.user_id as "may", case
when auth.role not in ('member', 'guest') then null
when exists (
  select 1
  from json_each(blocked_words)
  where instr(?, value ->> 'key')) then 'blocked word' end as "content_refusal", joined_at as "author_joined_at", newcomer_link_seconds as "link_seconds", newcomer_mention_seconds as "mention_seconds", (refusal is null and author_id = auth.user_id and case
  when auth.role not in ('member', 'guest') then null
  when exists (
    select 1
    from json_each(blocked_words)
    where instr(?, value ->> 'key')) then 'blocked word' end is null and deleted_at is null and text <> ? and (auth.role in ('member', 'guest') and case ifnull(approval, ?)
    when 'none' then false
    when 'newcomers' then ifnull(not is_approved, true) else true end)) as "edit_waits"
from ( … as above ) as auth
inner join "messages" on messages.room_id = auth.room_id and messages.seq = ?
left join "users" on "users"."id" = "messages"."author_id";
