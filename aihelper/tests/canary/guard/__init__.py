"""A plugin of pytest: no test of the suite may let a secret out, whatever it is about.

`known` has the secrets that a test makes or sets, `listening` hears all that the code under test says, `told` says who
is told which secret and why; `plugin` fails the test in which something else is heard.
"""
