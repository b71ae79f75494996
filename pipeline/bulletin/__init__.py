"""What the editor pastes into the bulletin: tables, charts, boxes by region, and the annexes as a document."""
