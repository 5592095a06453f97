"""What the buttons do: rules over tables, and the texts and reports that follow from them."""
