"""How quickly a sandboxed kernel is ready, and what it costs, beside kernels without walls."""
