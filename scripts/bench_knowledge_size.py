async def compare_sizes(*a):
    pass
