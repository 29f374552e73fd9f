insert into "changes" ("room_id", "seq", "type", "target", "actor_id", "created_at", "reaction", "is_added", "empty_numbers")
select auth.room_id, 1 + max(ifnull((
      select max(seq)
      from messages
      where room_id = auth.room_id), 0), ifnull((
      select max(seq)
      from changes
      where room_id = auth.room_id), 0)), ?, messages.seq, user_id, auth.now, ?, 0, max(ifnull((
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
from (
  select *, case
  when user_id is null then 'invalid token'
  when room_id is null then 'no chatroom'
  when banned_until > now then 'banned
  from site'
  when not (role = 'admin' or role = 'siteModerator' or role = 'owner') and sanction = 'ban' then 'banned'
  when not (role not in ('guest') or readers || posters in ('anyoneanyone', 'anyonemembers')) then 'members only' end as refusal
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
    left join members on members.user_id = users.id and members.room_id = rooms.id)) as auth
join messages on messages.room_id = auth.room_id and messages.seq = ?
where refusal is null and exists (
  select 1
  from reactions
  where reactions.room_id = messages.room_id and reactions.target = messages.seq and reactions.reaction = ? and reactions.user_id = auth.user_id)
returning "seq", "created_at";

update "messages"
set "reactions" = iif(coalesce(json_extract(messages.reactions, '$."' || ? || '"'), 0) > 1, json_set(messages.reactions, '$."' || ? || '"', coalesce(json_extract(messages.reactions, '$."' || ? || '"'), 0) - 1), nullif(json_remove(messages.reactions, '$."' || ? || '"'), '{}'))
from changes as entry
where entry.room_id = (
  select id
  from rooms
  where name_key = ?) and entry.seq = (
  select max(seq)
  from changes as c
  where c.room_id = entry.room_id) and entry.type = 'reaction' and entry.target = ? and entry.reaction = ? and entry.is_added = 0 and entry.created_at = ? and messages.room_id = entry.room_id and messages.seq = entry.target and exists (
  select 1
  from reactions
  where reactions.room_id = messages.room_id and reactions.target = messages.seq and reactions.reaction = ? and reactions.user_id = entry.actor_id);

delete
from "reactions"
where (room_id, target, reaction, user_id) = (
  select entry.room_id, entry.target, entry.reaction, entry.actor_id
  from changes as entry
  where entry.room_id = (
    select id
    from rooms
    where name_key = ?) and entry.seq = (
    select max(seq)
    from changes as c
    where c.room_id = entry.room_id) and entry.type = 'reaction' and entry.target = ? and entry.reaction = ? and entry.is_added = 0 and entry.created_at = ?);

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name"
from ( … as above ) as auth;

select "messages"."seq", "messages"."text", "messages"."created_at", "messages"."edited_at", deleted_at, "messages"."reply_to", "messages"."mentions", "messages"."reactions", "users"."id", "users"."name", bot, files, "users"."avatar", (
  select json_group_array(key)
  from json_each(messages.reactions) cross
  join reactions r on r.room_id = messages.room_id and target = messages.seq and reaction = key and user_id = auth.user_id) as "own_reactions", exists (
  select 1
  from rooms
  left join site_settings as s on s.id = 1
  where rooms.id = auth.room_id and (ifnull(rooms.reactions, s.reactions) is null or ? in (
      select value
      from json_each(ifnull(rooms.reactions, s.reactions))))) as "is_allowed", (
  select ifnull(rooms.reactions, s.reactions)
  from rooms
  left join site_settings as s on s.id = 1
  where rooms.id = auth.room_id) as "allowed_reactions", null as "newcomer"
from ( … as above ) as auth
inner join "messages" on messages.room_id = auth.room_id and messages.seq = ?
left join "users" on "users"."id" = "messages"."author_id";
