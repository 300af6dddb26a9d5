"""From sound features to texts: phonemes, then what this home can be told."""
