"""Machine-readable powers of attorney (МЧД): reading them, and holding them against signatures."""
