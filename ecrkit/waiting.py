"""The home of `Waiter` and `WaitProgress` in version 1; `ecrkit.waiter` is the new one."""

from ecrkit.waiter import Waiter, WaitProgress

__all__ = ["WaitProgress", "Waiter"]
