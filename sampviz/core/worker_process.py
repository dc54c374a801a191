"""A process that imports this module is a worker, or a process that workers are copies of."""

from sampviz.core.startup import take_process

take_process()
