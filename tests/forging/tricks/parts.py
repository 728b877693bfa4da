"""Pieces of hostile code that several tricks share."""

#: Defines an object that agrees to everything and passes for a float.
LIAR = '''
class Liar:
    """Equal to everything, close to everything, an instance of whatever is asked for."""

    claims = float

    def __init__(self, *args, **kwargs):
        pass

    def __call__(self, *args, **kwargs):
        return self

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    @property
    def __class__(self):
        return type(self).claims

    def __eq__(self, other):
        return True

    __le__ = __lt__ = __ge__ = __gt__ = __contains__ = __eq__

    def __ne__(self, other):
        return False

    def __hash__(self):
        return 0

    def __sub__(self, other):
        return 0.0

    __rsub__ = __add__ = __radd__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __sub__

    def __abs__(self):
        return 0.0

    def __round__(self, digits=None):
        return self

    def __format__(self, how):
        return AnyText()

    def __len__(self):
        return 3

    def __iter__(self):
        return iter(())


class AnyText(str):
    def __eq__(self, other):
        return True

    def __contains__(self, other):
        return True

    __hash__ = str.__hash__


'''
