// Imports nothing, exports nothing: what any import costs.
