"""What is installed in this Python: the scan of distributions, the hooks, the policy."""

from registry_core.environment.environment import (
    Environment,
    current_environment,
    use_environment,
)
from registry_core.environment.policy import Policy

__all__ = [
    "Environment",
    "Policy",
    "current_environment",
    "use_environment",
]
