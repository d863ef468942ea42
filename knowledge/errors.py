"""What can go wrong with knowledge, said so that the operator can put it right."""


class KnowledgeError(ValueError):
    """Knowledge cannot be built or searched; the message names what is wrong and the remedy."""
