"""The window of joint signing: routes, who has signed, what came in."""
