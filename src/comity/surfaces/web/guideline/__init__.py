"""The room of the joint texts: guidelines and calendars, read, compared, proposed, adopted."""
