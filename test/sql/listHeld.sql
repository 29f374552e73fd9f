select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name"
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
    left join members on members.user_id = users.id and members.room_id = rooms.id)) as auth;

select held.id as "held_id", "users"."id", users.name as "held_user_name", "users"."avatar", "held"."text", "held"."reply_to", "held"."target", held.created_at as "held_at", "held"."files"
from ( … as above ) as auth
inner join "held" on held.room_id = auth.room_id and refused_at is null and held.created_at > ? - 2592000000 and (auth.role in ('admin', 'siteModerator', 'owner', 'moderator') or held.author_id = auth.user_id) and true
inner join "users" on "users"."id" = "held"."author_id"
order by "held"."created_at" desc
limit ?;

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name"
from ( … as above ) as auth;

select held.id as "held_id", "users"."id", users.name as "held_user_name", "users"."avatar", "held"."text", "held"."reply_to", "held"."target", held.created_at as "held_at", "held"."files"
from ( … as above ) as auth
inner join "held" on held.room_id = auth.room_id and refused_at is null and held.created_at > ? - 2592000000 and (auth.role in ('admin', 'siteModerator', 'owner', 'moderator') or held.author_id = auth.user_id) and held.created_at < ?
inner join "users" on "users"."id" = "held"."author_id"
order by "held"."created_at" desc
limit ?;
