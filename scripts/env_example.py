"""Write .env.example from app/settings.py: python scripts/env_example.py > .env.example"""

from app.settings import example_file

print(example_file(), end="")
