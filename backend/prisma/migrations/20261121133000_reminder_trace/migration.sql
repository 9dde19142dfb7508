-- W3C trace of the request that set the reminder, which goes with it as far as the mail
alter table reminders add column traceparent text;
