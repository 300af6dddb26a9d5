"""The acoustic model: speech, features, training, and its way to a `.tflite` file."""
