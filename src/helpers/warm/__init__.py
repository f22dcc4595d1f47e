"""A warm process from which notebooks and kernels are forked, so that none of them waits for libraries to load."""
