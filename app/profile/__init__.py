"""The profile as a whole: its form as a number, migrations, changes in one step, backup files."""
