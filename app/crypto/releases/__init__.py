"""Notes about new versions: asked for by a person or by policy, believed only with a signature."""
