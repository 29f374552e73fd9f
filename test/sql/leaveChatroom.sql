select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", role as "role", posters as "room_posters"
from (
  select *, case
  when user_id is null then 'invalid token'
  when room_id is null then 'no chatroom' end as refusal
  from (
    select now, rooms.id as room_id, rooms.name as room_name, owner_id, readers, posters, users.id as user_id, users.name as user_name, ordinal, iif((users.site_role is null and (users.banned_until > now or owner_id is not users.id and exists (
            select 1
            from (
              select kind, until
              from sanctions
              where room_id = rooms.id and user_id = users.id
              union all
              select kind, until
              from sanctions indexed by sanctions_name
              where room_id = rooms.id and name_key = users.name_key
              union all
              select kind, until
              from sanctions indexed by sanctions_subject
              where room_id = rooms.id and subject = users.subject)
            where kind = 'ban' and ifnull(until > now, true)))), 'guest', iif(owner_id = users.id and users.site_role is not 'admin', 'owner', coalesce(users.site_role, members.role, 'guest'))) as role
    from (
      select ? as now)
    left join rooms on rooms.name_key = ?
    left join users on users.token_hash = ?
    left join members on members.user_id = users.id and members.room_id = rooms.id)) as auth;

select auth.room_id as "target_room_id", target.id as "target_id", target.id = auth.user_id or case
when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
when auth.role in ('member') then false
when auth.role in ('guest') then false end as "may", target.name as "target_name", iif(owner_id = target.id, 'owner', ifnull(members.role, 'guest')) as "target_role", members.joined_at as "target_joined_at", (
  select json_object('until', until, 'reason', reason, 'networkUntil', iif(network_until > auth.now, network_until, null))
  from (
    select kind, until, reason, network_until
    from sanctions
    where room_id = auth.room_id and user_id = target.id
    union all
    select kind, until, reason, network_until
    from sanctions indexed by sanctions_name
    where room_id = auth.room_id and name_key = target.name_key
    union all
    select kind, until, reason, network_until
    from sanctions indexed by sanctions_subject
    where room_id = auth.room_id and subject = target.subject)
  where kind = ? and ifnull(until > auth.now, true)
  limit 1) as "target_ban", (
  select json_object('until', until, 'reason', reason, 'networkUntil', iif(network_until > auth.now, network_until, null))
  from (
    select kind, until, reason, network_until
    from sanctions
    where room_id = auth.room_id and user_id = target.id
    union all
    select kind, until, reason, network_until
    from sanctions indexed by sanctions_name
    where room_id = auth.room_id and name_key = target.name_key
    union all
    select kind, until, reason, network_until
    from sanctions indexed by sanctions_subject
    where room_id = auth.room_id and subject = target.subject)
  where kind = ? and ifnull(until > auth.now, true)
  limit 1) as "target_mute", target.id = auth.user_id as "is_self"
from ( … as above ) as auth
join users as target on target.name_key = ?
left join members on members.user_id = target.id and members.room_id = auth.room_id;

insert into "audit" ("room_id", "number", "action", "actor_id", "subject_id", "detail", "created_at")
select auth.room_id, 1 + coalesce((
    select max(number)
    from audit as a
    where a.room_id = auth.room_id), 0), ?, auth.user_id, target.id, ?, auth.now
from ( … as above ) as auth
join users as target on target.name_key = ?
left join members on members.user_id = target.id and members.room_id = auth.room_id
where refusal is null and (target.id = auth.user_id or case
  when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
  when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
  when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
  when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
  when auth.role in ('member') then false
  when auth.role in ('guest') then false end) and members.ordinal is not null and target.id is not auth.user_id;

update "rooms"
set "member_offset" = coalesce((
    select max(ordinal)
    from members
    where room_id = rooms.id), 0) + rooms.member_offset - 1 - coalesce((
    select max(ordinal)
    from members
    where room_id = rooms.id and user_id not in (
      select target.id
      from ( … as above ) as auth
      join users as target on target.name_key = ?
      left join members on members.user_id = target.id and members.room_id = auth.room_id
      where refusal is null and (target.id = auth.user_id or case
        when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
        when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
        when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
        when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
        when auth.role in ('member') then false
        when auth.role in ('guest') then false end))), 0)
where id = (
  select room_id
  from ( … as above ) as auth
  where refusal is null and true) and exists (
  select 1
  from members
  where user_id = (
    select target.id
    from ( … as above ) as auth
    join users as target on target.name_key = ?
    left join members on members.user_id = target.id and members.room_id = auth.room_id
    where refusal is null and (target.id = auth.user_id or case
      when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
      when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
      when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
      when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
      when auth.role in ('member') then false
      when auth.role in ('guest') then false end)) and room_id = (
    select room_id
    from ( … as above ) as auth
    where refusal is null and true));

delete
from "members"
where user_id = (
  select target.id
  from ( … as above ) as auth
  join users as target on target.name_key = ?
  left join members on members.user_id = target.id and members.room_id = auth.room_id
  where refusal is null and (target.id = auth.user_id or case
    when auth.role in ('admin') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('admin', 'siteModerator', 'owner', 'moderator', 'member', 'guest')
    when auth.role in ('siteModerator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
    when auth.role in ('owner') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('moderator', 'member', 'guest')
    when auth.role in ('moderator') then iif(owner_id = target.id and target.site_role is not 'admin', 'owner', coalesce(target.site_role, members.role, 'guest')) in ('member', 'guest')
    when auth.role in ('member') then false
    when auth.role in ('guest') then false end)) and room_id = (
  select room_id
  from ( … as above ) as auth
  where refusal is null and true)
returning "ordinal";
