"""What the product holds about a person: told, handed over, and deleted when they leave."""
