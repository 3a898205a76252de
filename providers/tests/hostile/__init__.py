"""An upstream that behaves badly, over real TCP: `server.HostileServer` and the named cases in `cases.CASES`."""
