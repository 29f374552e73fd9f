insert into "members" ("room_id", "ordinal", "user_id", "joined_at", "role", "last_sent_at", "read_seq")
select room_id, 1 + coalesce((
    select max(ordinal)
    from members as m
    where m.room_id = auth.room_id), 0), user_id, now, ?, null, ?
from (
  select *, case
  when user_id is null then 'invalid token'
  when room_id is null then 'no chatroom'
  when not (role = 'admin' or role = 'siteModerator' or role = 'owner') and sanction = 'ban' then 'banned'
  when archived then 'archived'
  when not (role not in ('guest') or readers || posters in ('anyoneanyone')) then 'members only' end as refusal
  from (
    select now, rooms.id as room_id, rooms.name as room_name, owner_id, readers, posters, archived, users.id as user_id, users.name as user_name, ordinal, avatar, iif(owner_id = users.id and users.site_role is not 'admin', 'owner', coalesce(users.site_role, members.role, 'guest')) as role, (
      select min(kind)
      from (
        select kind, until
        from sanctions
        where room_id = rooms.id and user_id = users.id
        union all
        select kind, until
        from sanctions indexed by sanctions_name
        where room_id = rooms.id and name_key = users.name_key)
      where ifnull(until > now, true)) as sanction
    from (
      select ? as now)
    left join rooms on rooms.name_key = ?
    left join users on users.token_hash = ?
    left join members on members.user_id = users.id and members.room_id = rooms.id)) as auth
where refusal is null and ordinal is null
returning "ordinal";

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", avatar as "member_avatar", (
  select iif(m.user_id = auth.owner_id, 'owner', m.role)
  from members as m
  where m.room_id = auth.room_id and m.user_id = auth.user_id) as "shown_role", (
  select m.joined_at
  from members as m
  where m.room_id = auth.room_id and m.user_id = auth.user_id) as "member_joined_at"
from ( … as above ) as auth;

insert into "members" ("room_id", "ordinal", "user_id", "joined_at", "role", "last_sent_at", "read_seq")
select room_id, 1 + coalesce((
    select max(ordinal)
    from members as m
    where m.room_id = auth.room_id), 0), user_id, now, ?, null, ?
from (
  select *, case
  when user_id is null then 'invalid token'
  when room_id is null then 'no chatroom'
  when user_key <> ? then 'not you'
  when not (role = 'admin' or role = 'siteModerator' or role = 'owner') and sanction = 'ban' then 'banned'
  when archived then 'archived'
  when not (role not in ('guest') or readers || posters in ('anyoneanyone')) then 'members only' end as refusal
  from (
    select now, rooms.id as room_id, rooms.name as room_name, owner_id, readers, posters, archived, users.id as user_id, users.name as user_name, users.name_key as user_key, ordinal, avatar, iif(owner_id = users.id and users.site_role is not 'admin', 'owner', coalesce(users.site_role, members.role, 'guest')) as role, (
      select min(kind)
      from (
        select kind, until
        from sanctions
        where room_id = rooms.id and user_id = users.id
        union all
        select kind, until
        from sanctions indexed by sanctions_name
        where room_id = rooms.id and name_key = users.name_key)
      where ifnull(until > now, true)) as sanction
    from (
      select ? as now)
    left join rooms on rooms.name_key = ?
    left join users on users.token_hash = ?
    left join members on members.user_id = users.id and members.room_id = rooms.id)) as auth
where refusal is null and ordinal is null
returning "ordinal";
