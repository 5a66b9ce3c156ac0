"""Text with entities: parsing, detecting, showing. Offsets are UTF-16 code units throughout."""
