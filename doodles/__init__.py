"""The artist behind the samples: shapes, the hand that wobbles, pens, papers, desks, and the photograph of it all."""
